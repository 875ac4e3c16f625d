// Exports whose hooks are a getter that never ends.
module.exports = {
  get hooks() {
    for (;;);
  },
};
