/** A page without script, style or outside: whoever comes back from a provider reads it once. */
export function callbackPage(title: string, text: string): Uint8Array {
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} – ProofPix</title>
<h1>${escape(title)}</h1>
<p>${escape(text)}</p>
<p><a href="/">Go to ProofPix</a></p>
</html>
`;
  return Buffer.from(page);
}

/** Names of accounts and errors come from strangers. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
