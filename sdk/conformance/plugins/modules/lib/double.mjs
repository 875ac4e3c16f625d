export default (value) => value * 2;
export const triple = (value) => value * 3;
