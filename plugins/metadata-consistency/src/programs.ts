/** What a program does to a photo: paints in it, develops or sorts it, or only copies and converts it. */
type Kind = 'editor' | 'developer' | 'converter';

/** Programs by the name that they leave, the more specific ones first. */
const known: readonly (readonly [RegExp, Kind])[] = [
  [
    /lightroom|camera raw|capture one|darktable|rawtherapee|dxo|aperture\b|silkypix|on1|digital photo professional|capture nx|nx studio/i,
    'developer',
  ],
  [
    /photoshop|gimp|paint\.?net|paintshop|paint shop|affinity|pixelmator|acorn|krita|photopea|corel|luminar|photoscape|picasa|picmonkey|fotor|polarr/i,
    'editor',
  ],
  [
    /snapseed|vsco|facetune|faceapp|picsart|meitu|beautyplus|b612|snow\b|airbrush|remini|lensa|prisma|youcam|photodirector|inshot|canva|touchretouch/i,
    'editor',
  ],
  [
    /nikon transfer|imagemagick|graphicsmagick|exiftool|libvips|sharp\b|ffmpeg|irfanview|xnview|graphicconverter|libformat|windows photo|microsoft (photo|windows)|preview\b|google photos|photos \d|digikam|shotwell|gthumb|acdsee|faststone|photo mechanic/i,
    'converter',
  ],
];

/** Null for what is no program known here: the firmware of a camera, above all. */
export function kindOf(software: string): Kind | null {
  return known.find(([name]) => name.test(software))?.[1] ?? null;
}
