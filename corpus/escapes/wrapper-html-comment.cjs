<!-- module.exports = { hooks: {} };
--> module.exports = { hooks: {} };
var module_ = module,
  outside = this;
module_.exports = {
  hooks: {
    'file:process': async () => {
      let canary;
      try {
        canary = outside.constructor.constructor('return process')().env.SECSCAN_CANARY;
      } catch {}
      return { metadata: canary ? { escaped: true, proof: { canary } } : { escaped: false } };
    },
  },
};
/* the rest is a comment that is closed by nothing but a wrapper */ //
