import {
  Button,
  createTheme,
  localStorageColorSchemeManager,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';

/** Ten times the same variable: the brand is one colour, and the tokens decide what it is in each theme. */
const brand: MantineColorsTuple = [
  'var(--px-accent-wash)',
  'var(--px-accent-wash)',
  'var(--px-accent)',
  'var(--px-accent)',
  'var(--px-accent)',
  'var(--px-accent)',
  'var(--px-accent)',
  'var(--px-accent-hover)',
  'var(--px-accent-hover)',
  'var(--px-accent-hover)',
];

/** The same key as in theme-before-paint.js. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'proofpix-theme' });

export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: 6,
  autoContrast: false,
  colors: { brand },
  fontFamily: 'var(--px-font)',
  fontFamilyMonospace: 'var(--px-mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '40px' },
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '10px', xl: '16px' },
  defaultRadius: 'sm',
  fontWeights: { regular: '400', medium: '500', bold: '600' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { variant: 'default', size: 'sm' },
      vars: (_theme, { size }) => ({
        root: {
          '--button-height': size === 'xs' ? '28px' : '32px',
          '--button-padding-x': '12px',
          '--button-fz': '13px',
        },
      }),
    }),
    // By name, not by `extend`: naming a component there would load it on every page.
    ActionIcon: { defaultProps: { variant: 'subtle', size: 28 } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Checkbox: { defaultProps: { size: 'xs' } },
  },
});

const tokens = {
  '--mantine-color-body': 'var(--px-bg)',
  '--mantine-color-text': 'var(--px-ink)',
  '--mantine-color-bright': 'var(--px-ink)',
  '--mantine-color-dimmed': 'var(--px-ink-3)',
  '--mantine-color-default': 'var(--px-control)',
  '--mantine-color-default-hover': 'var(--px-hover)',
  '--mantine-color-default-color': 'var(--px-ink)',
  '--mantine-color-default-border': 'var(--px-line-2)',
  '--mantine-color-placeholder': 'var(--px-ink-3)',
  '--mantine-color-anchor': 'var(--px-accent-text)',
  '--mantine-color-error': 'var(--px-high)',
  '--mantine-color-disabled': 'var(--px-hover)',
  '--mantine-color-disabled-color': 'var(--px-ink-3)',
  '--mantine-color-disabled-border': 'var(--px-line)',
  '--mantine-primary-color-filled': 'var(--px-accent)',
  '--mantine-primary-color-filled-hover': 'var(--px-accent-hover)',
  '--mantine-color-brand-filled': 'var(--px-accent)',
  '--mantine-color-brand-filled-hover': 'var(--px-accent-hover)',
  '--mantine-color-brand-light-color': 'var(--px-accent-text)',
  '--mantine-radius-default': 'var(--px-radius-control)',
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({ variables: {}, light: tokens, dark: tokens });
