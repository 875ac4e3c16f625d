/** As much of a browser as a sign-in needs: cookies by origin and path, redirects, forms. Nothing runs. */
export class Browser {
  readonly #cookies = new Map<string, { value: string; origin: string; path: string }>();

  /** One request, with the cookies that belong to it; no redirect is followed. */
  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const target = new URL(url);
    const headers = new Headers(init.headers);
    const cookies = [...this.#cookies]
      .filter(([, { origin, path }]) => origin === target.origin && target.pathname.startsWith(path))
      .map(([key, { value }]) => `${key.slice(key.lastIndexOf(' ') + 1)}=${value}`);
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ');
      const [name = ''] = pair.split('=', 1);
      const attribute = (wanted: string) =>
        attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
      const path = attribute('path') ?? '/';
      const key = `${target.origin} ${path} ${name}`;
      if (new Date(attribute('expires') ?? '9999-01-01') < new Date()) this.#cookies.delete(key);
      else this.#cookies.set(key, { value: pair.slice(name.length + 1), origin: target.origin, path });
    }
    return response;
  }

  async post(url: string, body?: unknown): Promise<Response> {
    if (body === undefined) return this.send(url, { method: 'POST' });
    const headers = { 'content-type': 'application/json' };
    return this.send(url, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /**
   * Goes to a provider as somebody, `subject email verified|unverified`, and says yes, until the browser would leave it
   * again. Gives where it would go.
   */
  async consent(url: string, person: string): Promise<string> {
    const { origin } = new URL(url);
    const [login = '', email, verified] = person.split(' ');
    await this.post(`${origin}/people`, { subject: login, email, verified: verified === 'verified' });
    let next = url;
    for (let step = 0; step < 20; step += 1) {
      let response = await this.send(next);
      if (response.status === 200) {
        const page = await response.text();
        const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1] ?? '';
        const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? '';
        const body = new URLSearchParams({ prompt, login, password: 'any' });
        response = await this.send(new URL(action, next).href, { method: 'POST', body });
      }
      const location = response.headers.get('location');
      if (location === null) throw new Error(`The provider answered ${response.status}: ${await response.text()}`);
      next = new URL(location, next).href;
      if (new URL(next).origin !== origin) return next;
    }
    throw new Error('The provider sends the browser around in circles.');
  }
}
