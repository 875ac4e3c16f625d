// A provider of OpenID Connect in a process of its own: `node provider-process.mjs`. It prints its address.
// `POST /people` with {subject, email, verified} says what it knows of somebody; the login of a person is the subject.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Provider } from 'oidc-provider';

const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const people = new Map();
const provider = new Provider(issuer, {
  features: { devInteractions: { enabled: true }, registration: { enabled: true } },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  pkce: { required: () => true },
  ttl: { Session: 600, Grant: 600, Interaction: 600, AccessToken: 600, IdToken: 600 },
  findAccount(_ctx, subject) {
    const { email, verified } = people.get(subject);
    return {
      accountId: subject,
      claims: () => ({ sub: subject, email, email_verified: verified, name: `The person ${subject}` }),
    };
  },
});
const answer = provider.callback();
server.on('request', async (request, response) => {
  if (request.url !== '/people') return answer(request, response);
  const person = await json(request);
  people.set(person.subject, person);
  response.end();
});
console.log(issuer);
