// What is thrown is no error and does not want to be shown.
throw new Proxy(
  {},
  {
    get(_target, key) {
      throw key;
    },
    getPrototypeOf() {
      throw 1;
    },
    ownKeys() {
      throw 2;
    },
  },
);
