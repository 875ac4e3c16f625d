// Sets the theme before the first paint. A file of our own in the head, because the content security policy allows no
// inline script. Plain JavaScript: it is served as it stands.
(function () {
  var stored = null;
  try {
    stored = localStorage.getItem('proofpix-theme');
  } catch {
    // Storage can be switched off; the system's choice is used then.
  }
  var dark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
