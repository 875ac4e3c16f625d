/** Stands for the ES module of the package that an entry is linked with. */
declare module 'plugin:target';
