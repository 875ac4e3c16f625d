/** What publishers write. A release is told to followers by itself. */
export const announcementKinds = {
  news: 'News',
  security: 'About security',
  deprecation: 'Is given up',
} as const;
export type AnnouncementKind = keyof typeof announcementKinds;
export const announcementKindNames = Object.keys(announcementKinds) as AnnouncementKind[]; // keys of a constant object
