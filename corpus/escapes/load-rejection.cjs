// A rejection that nobody handles while the file is evaluated.
Promise.reject(
  Object.freeze({
    get message() {
      throw this;
    },
  }),
);
module.exports.hooks = { 'file:process': async () => ({ metadata: {} }) };
