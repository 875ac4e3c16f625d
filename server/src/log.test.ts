import { describe, expect, it } from 'vitest';
import { createLog, type LogLevel } from './log.ts';

function logged(level: LogLevel, write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  write(createLog(level, { write: (line: string) => (text += line) }));
  return text;
}

describe('the log', () => {
  it('holds nothing that people prove themselves with', () => {
    const text = logged('info', (log) => {
      log.info({
        req: {
          headers: { authorization: 'Bearer hidden-1', cookie: 'session=hidden-2' },
          body: { password: 'hidden-3', code: 'hidden-4' },
        },
      });
      log.info({
        headers: { 'set-cookie': 'hidden-5' },
        password: 'hidden-6',
        user: { token: 'hidden-7', deep: { secret: 'hidden-8' } },
        accessToken: 'hidden-9',
      });
      log.child({ token: 'hidden-10' }).warn('a child');
    });
    expect(text).not.toContain('hidden-');
    expect(text).toContain('[redacted]');
  });

  it('keeps the codes of errors', () => {
    const text = logged('info', (log) =>
      log.error({ err: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), code: 'plugin_died' }, 'it failed'),
    );
    expect(text).toContain('ECONNREFUSED');
    expect(text).toContain('plugin_died');
  });

  it('is quiet below its level', () => {
    expect(logged('error', (log) => log.warn('not this'))).toBe('');
    expect(logged('silent', (log) => log.error('not this'))).toBe('');
  });
});
