/** The packer puts fonts in as base64. */
declare module '*.ttf' {
  const base64: string;
  export default base64;
}
