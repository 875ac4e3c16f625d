import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import css from './readme.module.css';

/** More than anybody reads; parsing a megabyte of it would hold the page for seconds. */
const mostChars = 60_000;

const components: Components = {
  // Its headings stand below ours; the title of the document is one of its sections.
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  h5: ({ children }) => <h4>{children}</h4>,
  h6: ({ children }) => <h4>{children}</h4>,
  a: ({ children, href }) =>
    // Only where a click leads to a page; a place inside of the text has no anchor here.
    href !== undefined && /^https?:\/\//.test(href) ? (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    ) : (
      <>{children}</>
    ),
  // A picture of another host would tell that host who looks at this page.
  img: ({ alt }) => (alt === undefined || alt === '' ? null : <span className={css.alt}>{alt}</span>),
  input: ({ checked }) => <span>{checked === true ? '☑ ' : '☐ '}</span>,
  table: ({ children }) => (
    <div className={css.wide}>
      <table>{children}</table>
    </div>
  ),
};

/** What a publisher wrote, as Markdown: HTML in it is left out, and nothing of it is loaded or run. */
export function Readme({ text }: { text: string }) {
  return (
    <div className={css.readme}>
      <Markdown remarkPlugins={[remarkGfm]} components={components} skipHtml>
        {text.slice(0, mostChars)}
      </Markdown>
    </div>
  );
}
