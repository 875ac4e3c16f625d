/**
 * What of a picture is seen: how much larger than its whole, and around which point, both as parts of the picture. So
 * two pictures of different sizes share one view.
 */
export type View = { zoom: number; x: number; y: number };
export type Size = { width: number; height: number };

export const wholeView: View = { zoom: 1, x: 0.5, y: 0.5 };

/** Eight pixels of the screen for one of the picture: more shows nothing more. */
const closest = 8;

/** Pixels of the screen for one of the picture when all of it is seen. */
export function fitScale(picture: Size, frame: Size): number {
  return Math.min(frame.width / picture.width, frame.height / picture.height);
}

/** Where the picture lies in its frame. */
export function placeOf(view: View, picture: Size, frame: Size) {
  const scale = fitScale(picture, frame) * view.zoom;
  const width = picture.width * scale;
  const height = picture.height * scale;
  return {
    scale,
    width,
    height,
    left: frame.width / 2 - view.x * width,
    top: frame.height / 2 - view.y * height,
  };
}

/** Never beyond the picture's edge: nobody is to look at an empty frame and think that it is the photo. */
export function bounded(view: View, picture: Size, frame: Size): View {
  const most = Math.max(1, closest / fitScale(picture, frame));
  const zoom = Math.min(most, Math.max(1, view.zoom));
  const { width, height } = placeOf({ ...view, zoom }, picture, frame);
  const within = (centre: number, seen: number) =>
    seen >= 1 ? 0.5 : Math.min(1 - seen / 2, Math.max(seen / 2, Number.isFinite(centre) ? centre : 0.5));
  return { zoom, x: within(view.x, frame.width / width), y: within(view.y, frame.height / height) };
}

/** Closer or further, with the point of the frame that is given staying where it is. */
export function zoomed(view: View, factor: number, picture: Size, frame: Size, at?: { x: number; y: number }): View {
  const before = placeOf(view, picture, frame);
  const point = at ?? { x: frame.width / 2, y: frame.height / 2 };
  const inPicture = { x: (point.x - before.left) / before.width, y: (point.y - before.top) / before.height };
  const zoom = bounded({ ...view, zoom: view.zoom * factor }, picture, frame).zoom;
  const after = placeOf({ ...view, zoom }, picture, frame);
  return bounded(
    {
      zoom,
      x: inPicture.x - (point.x - frame.width / 2) / after.width,
      y: inPicture.y - (point.y - frame.height / 2) / after.height,
    },
    picture,
    frame,
  );
}

export function panned(view: View, right: number, down: number, picture: Size, frame: Size): View {
  const { width, height } = placeOf(view, picture, frame);
  return bounded({ ...view, x: view.x - right / width, y: view.y - down / height }, picture, frame);
}

/** So that a part of the picture is in the middle, and as close as before unless it would not be seen. */
export function towards(view: View, x: number, y: number, picture: Size, frame: Size): View {
  return view.zoom === 1 ? view : bounded({ ...view, x, y }, picture, frame);
}
