// Objects of Intl, whose memory no heap counts.
module.exports.hooks = {
  'file:process': async function (input, ctx) {
    const all = [];
    for (let n = 0; ; n += 1)
      all.push(
        new Intl.DateTimeFormat(['de', 'en', 'ja', 'ar'][n % 4], { timeZone: 'UTC' }),
        new Intl.Collator('de'),
        new Intl.NumberFormat('hi'),
      );
    return { metadata: {} };
  },
};
