// A hundred thousand hooks with long names.
module.exports.hooks = Object.fromEntries(
  Array.from({ length: 100_000 }, (_, n) => [`${'x'.repeat(200)}${n}`, async () => ({})]),
);
