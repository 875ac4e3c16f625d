/** The tokens of the web app, so that both look like one product. Light and dark follow the system. */
export const style = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#ffffff, #111214); --canvas: light-dark(#f6f7f8, #0b0c0e); --subtle: light-dark(#f8f9fa, #161719);
  --line: light-dark(#e5e6e7, #232527); --line-2: light-dark(#d3d4d6, #313336);
  --ink: light-dark(#191c1f, #ecedee); --ink-2: light-dark(#474b4f, #b3b6ba); --ink-3: light-dark(#64686d, #909499);
  --accent-text: light-dark(#02657c, #79c8e0); --press: light-dark(#eaebed, #222426);
  --mono: "Geist Mono Variable", ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
* { box-sizing: border-box; }
html { scroll-padding-top: 24px; }
body {
  margin: 0; display: grid; grid-template-columns: 220px minmax(0, 1fr); background: var(--bg); color: var(--ink-2);
  font: 14px/20px "Geist Variable", system-ui, -apple-system, "Segoe UI", sans-serif; font-feature-settings: "tnum";
}
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 16px 12px; background: var(--canvas); border-right: 1px solid var(--line); font-size: 13px; }
nav strong { display: block; padding: 5px 8px 12px; color: var(--ink); font-weight: 600; }
nav a { display: block; padding: 5px 8px; border-radius: 5px; color: var(--ink-2); text-decoration: none; }
nav a:hover { background: var(--press); }
nav a[aria-current] { background: var(--press); color: var(--ink); }
nav ul { list-style: none; margin: 0 0 12px; padding: 0; }
nav ul ul { padding-left: 12px; margin: 0; }
main { max-width: 1040px; padding: 24px 40px 80px; }
h1 { margin: 0 0 8px; color: var(--ink); font-size: 20px; line-height: 28px; font-weight: 600; letter-spacing: -0.012em; }
h2 { margin: 40px 0 8px; color: var(--ink); font-size: 16px; line-height: 24px; font-weight: 600; }
h3 { margin: 0; color: var(--ink); font-size: 14px; line-height: 20px; font-weight: 600; }
h4 { margin: 16px 0 4px; color: var(--ink-3); font-size: 12px; line-height: 16px; font-weight: 500; }
p { max-width: 68ch; margin: 4px 0 8px; text-wrap: pretty; }
a { color: var(--accent-text); text-underline-offset: 2px; }
a:focus-visible, pre:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent-text); outline-offset: 2px; border-radius: 4px; }
code, pre { font-family: var(--mono); font-size: 12.5px; }
code { color: var(--ink); overflow-wrap: anywhere; }
pre { margin: 8px 0; padding: 12px 16px; overflow-x: auto; background: var(--subtle); border: 1px solid var(--line); border-radius: 6px; color: var(--ink); line-height: 20px; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 13px; line-height: 18px; }
th { text-align: left; color: var(--ink-3); font-size: 12px; font-weight: 500; }
th, td { padding: 7px 16px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:first-child, th:first-child { white-space: nowrap; }
article h2 { margin: 0; font-size: 14px; line-height: 20px; }
article h2 ~ h3 { margin: 16px 0 4px; color: var(--ink-3); font-size: 12px; line-height: 16px; font-weight: 500; }
article { padding: 24px 0; border-bottom: 1px solid var(--line); }
.address { display: flex; gap: 8px; align-items: baseline; flex-wrap: wrap; margin: 4px 0; }
.columns-4 { table-layout: fixed; min-width: 640px; }
.columns-4 th:nth-child(1) { width: 27%; }
.columns-4 th:nth-child(2) { width: 30%; }
.columns-4 th:nth-child(3) { width: 80px; }
.columns-4 td:first-child { white-space: normal; }
.columns-4 td:nth-child(3) { color: var(--ink-3); }
.method { font-family: var(--mono); font-size: 12px; color: var(--ink-3); min-width: 48px; }
.demands { color: var(--ink-3); font-size: 12px; line-height: 16px; }
@media (max-width: 760px) {
  body { display: block; }
  nav { position: static; height: auto; max-height: 40vh; border-right: 0; border-bottom: 1px solid var(--line); }
  main { padding: 16px 16px 64px; }
  nav a { padding: 10px 8px; }
}
`;
