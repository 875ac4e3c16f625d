// The library's own module: its bundled build is older JavaScript for browsers and cannot be tree-shaken.
declare module 'exifreader/src/exif-reader.js' {
  export { loadView } from 'exifreader';
}
