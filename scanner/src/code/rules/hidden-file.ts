import type { FileRule } from '../rule.ts';

/** They change what npm, git or an editor does in this folder. */
const acting =
  /^(?:\.npmrc|\.yarnrc(?:\.yml)?|\.pnpmfile\.cjs|\.pnp\.c?js|\.bashrc|\.bash_profile|\.profile|\.zshrc|\.netrc|\.pypirc|\.gitconfig|\.node_repl_history|\.noderc)$/i;
const actingFolders =
  /(?:^|\/)(?:\.git|\.husky|\.vscode|\.idea|\.devcontainer|\.github|\.circleci|\.ssh|\.aws|\.gnupg|\.kube|\.docker)\//i;
const harmless =
  /^(?:\.npmignore|\.gitignore|\.gitattributes|\.gitkeep|\.editorconfig|\.prettierrc.*|\.prettierignore|\.eslintrc.*|\.eslintignore|\.nycrc.*|\.nvmrc|\.node-version|\.browserslistrc|\.babelrc.*|\.jshintrc|\.oxlintrc.*|\.mailmap|\.travis\.yml|\.airtap\.yml|\.runkit_example\.js|\.tonic_example\.js)$/i;

export const hiddenFileRule: FileRule = {
  kind: 'file',
  id: 'hidden-file',
  severity: 'high',
  explanation:
    'Files whose names begin with a dot are not shown. Some of them hold secrets, and some turn tools to other servers.',
  remedy: 'Leave it out of the package.',
  samples: {
    bad: [
      { path: '.npmrc', text: 'registry=https://example.org/' },
      { path: '.env', text: 'A=1' },
      { path: 'lib/.hidden.js', text: 'run();' },
      { path: '.git/hooks/post-checkout', text: 'x' },
      { path: '.vscode/tasks.json', text: '{}' },
    ],
    good: [
      { path: '.npmignore', text: 'test' },
      { path: 'lib/a.b.js', text: '' },
      { path: '.editorconfig', text: '' },
    ],
  },
  check({ path }, report) {
    const name = path.split('/').at(-1) ?? path;
    const folder = path
      .split('/')
      .slice(0, -1)
      .some((part) => part.startsWith('.') && part !== '.' && part !== '..');
    if (acting.test(name)) report({ message: 'Changes what tools do in this folder.' });
    else if (actingFolders.test(path)) report({ message: 'Lies in a hidden folder that tools run things from.' });
    else if (name.startsWith('.') && /\.[cm]?js$|\.node$|\.sh$/i.test(name))
      report({ message: 'Is code whose name is hidden.' });
    else if ((name.startsWith('.') && !harmless.test(name)) || folder) {
      report({
        message: /^\.env\b/.test(name) ? 'Is a file of settings that often holds secrets.' : 'Is hidden.',
        severity: 'medium',
      });
    }
  },
};
