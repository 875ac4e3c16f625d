// A result that contains itself.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const metadata = { a: [] };
    metadata.a.push(metadata);
    return { metadata };
    return { metadata: {} };
  },
};
