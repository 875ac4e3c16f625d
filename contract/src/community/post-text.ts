import { Type } from 'typebox';

/** What people write to each other in the marketplace: plain text, shown as it is, with its line breaks. */
export const PostText = Type.String({ minLength: 1, maxLength: 4_000, pattern: '\\S' });
export const PostTitle = Type.String({ minLength: 1, maxLength: 120, pattern: '\\S', description: 'One line' });

export const Author = Type.Union([Type.String(), Type.Null()], {
  description: 'The name that somebody shows others; null once they, or their organisation, were erased',
});
