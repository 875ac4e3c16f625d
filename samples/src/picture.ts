/** Pixels: three bytes each (red, green, blue), row by row. */
export type Picture = { width: number; height: number; rgb: Uint8Array };
