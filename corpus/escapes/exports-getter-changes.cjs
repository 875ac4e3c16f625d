// Exports that say something else each time they are asked.
let asked = 0;
module.exports = {
  get hooks() {
    asked += 1;
    return asked % 2
      ? { 'file:process': async () => ({ metadata: { asked } }) }
      : {
          get 'file:process'() {
            return asked % 3 ? 7 : async () => ({ metadata: {} });
          },
        };
  },
};
