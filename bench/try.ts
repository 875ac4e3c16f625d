import { createHost } from '@proofpix/host/host';
import { benchInstallation, codeOf, kilobyte, noCapabilities } from './bench-plugin.ts';
import { startIsolate } from './isolate-rival.ts';
{
  await using host = createHost({ capabilities: noCapabilities, spareRunners: 0 });
  const installation = benchInstallation(codeOf(0));
  await host.load(installation);
  const rival = startIsolate(codeOf(0));
  const one = () => host.call({ installationId: installation.id, hook: 'bench:echo', input: kilobyte });
  for (let i = 0; i < 5000; i++) {
    await one();
    rival.call(kilobyte);
  }
  const cpu = () => {
    const c = process.cpuUsage();
    return c.user + c.system;
  };
  for (let round = 0; round < 3; round++) {
    const n = 5000;
    let c = cpu(),
      r = host.usage(installation.id).cpuMilliseconds;
    for (let i = 0; i < 1; i++) await one();
    console.log(
      `sequential: host ${((cpu() - c) / n).toFixed(1)}us runner ${(((host.usage(installation.id).cpuMilliseconds - r) * 1000) / n).toFixed(1)}us`,
    );
    c = cpu();
    r = host.usage(installation.id).cpuMilliseconds;
    let left = n * 8;
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while (left-- > 0) await one();
      }),
    );
    console.log(
      `64: host ${((cpu() - c) / n / 8).toFixed(1)}us runner ${(((host.usage(installation.id).cpuMilliseconds - r) * 1000) / n / 8).toFixed(1)}us`,
    );
    c = cpu();
    for (let i = 0; i < n; i++) rival.call(kilobyte);
    console.log(`rival ${((cpu() - c) / n).toFixed(1)}us`);
  }
}
