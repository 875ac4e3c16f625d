// Rejections that nobody handles, without end.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    for (let n = 0; n < 1e6; n += 1) Promise.reject(new Error(`number ${n}`));
    await new Promise(() => {});
    return { metadata: {} };
  },
};
