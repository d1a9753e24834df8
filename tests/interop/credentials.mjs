// Verifies credentials that mcf issue made, with the libraries of other houses: jose for the tokens, Digital Bazaar's Data Integrity for the
// embedded proof, OpenWallet's sd-jwt for the disclosures. Prints one JSON object per check.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalJWKSet, compactVerify } from 'jose';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import { SDJwtInstance } from '@sd-jwt/core';
import * as vc from '@digitalbazaar/vc';

const options = Object.fromEntries(process.argv.slice(2).join(' ').split('--').filter(Boolean).map(o => o.trim().split(' ')));
const folder = options.folder;
const read = name => readFileSync(join(folder, name), 'utf8');
const keys = JSON.parse(read('jwks.json'));
const controller = JSON.parse(read('did.json'));
const keyOf = createLocalJWKSet(keys);
const report = (check, ok, why = '') => console.log(JSON.stringify({ check, ok: Boolean(ok), why: String(why) }));

// The contexts that the node pins; nothing is fetched.
const contextFiles = {
  'https://www.w3.org/ns/credentials/v2': 'www.w3.org-ns-credentials-v2.jsonld',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json': 'purl.imsglobal.org-spec-ob-v3p0-context-3.0.3.jsonld',
  'https://www.w3.org/ns/did/v1': 'www.w3.org-ns-did-v1.jsonld',
};
const documentLoader = async url => {
  const name = url.split('#')[0];
  const document = contextFiles[name] ? JSON.parse(readFileSync(join(options.contexts, contextFiles[name]), 'utf8'))
    : url === controller.id ? controller
    : { '@context': 'https://w3id.org/security/jwk/v1', ...controller.verificationMethod.find(m => m.id === url) };
  if (!document.id && !document['@context']) throw new Error(`${url} is not known here`);
  return { contextUrl: null, documentUrl: url, document };
};

async function token(file, type) {
  const verified = await compactVerify(file.split('~')[0], keyOf, { algorithms: ['ES256'] });
  if (verified.protectedHeader.typ !== type) throw new Error(`typ is ${verified.protectedHeader.typ}`);
  return JSON.parse(new TextDecoder().decode(verified.payload));
}

async function proof(credential) {
  const suite = new DataIntegrityProof({ cryptosuite });
  const result = await vc.verifyCredential({ credential, suite, documentLoader, now: new Date(options.at) });
  return result.verified ? '' : String(result.error?.errors?.[0]?.message ?? result.error?.message ?? 'refused');
}

async function check(name, run) {
  try { report(name, ...await run()); } catch (e) { report(name, false, e.stack); }
}

await check('jwt', async () => {
  const credential = await token(read('ob3-vc-jwt'), 'vc+jwt');
  return [credential.iss === credential.issuer.id && credential.jti === credential.id, credential.iss];
});
await check('jwt changed', async () => {
  const parts = read('ob3-vc-jwt').split('.');
  const payload = JSON.parse(Buffer.from(parts[1], 'base64url'));
  payload.credentialSubject.creditsEarned = 30;
  parts[1] = Buffer.from(JSON.stringify(payload)).toString('base64url');
  try { await token(parts.join('.'), 'vc+jwt'); return [false]; } catch (e) { return [e.code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', e.code]; }
});
await check('proof', async () => {
  const why = await proof(JSON.parse(read('ob3-vc-di')));
  return [why === '', why];
});
await check('proof changed', async () => {
  const credential = JSON.parse(read('ob3-vc-di'));
  credential.credentialSubject.creditsEarned = 30;
  const why = await proof(credential);
  return [why !== '', why];
});
await check('proof with a term of no context', async () => {
  const credential = JSON.parse(read('ob3-vc-di'));
  credential.credentialSubject.ectsCreditsInjected = 30;
  const why = await proof(credential);
  return [why !== '', why];
});
const sdJwt = new SDJwtInstance({
  hasher: (data, algorithm) => new Uint8Array(createHash(algorithm.replace('sha-', 'sha')).update(data).digest()),
  hashAlg: 'sha-256',
  verifier: async (data, signature) => { await compactVerify(`${data}.${signature}`, keyOf, { algorithms: ['ES256'] }); return true; },
});
await check('sd-jwt', async () => {
  const { header, payload } = await sdJwt.verify(read('sd-jwt'));
  const learner = payload.credentialSubject;
  return [header.typ === 'dc+sd-jwt' && learner.familyName && learner.id && !learner._sd, Object.keys(learner).sort().join(' ')];
});
await check('sd-jwt without the learner', async () => {
  const { payload } = await sdJwt.verify(read('sd-jwt').split('~')[0] + '~');
  return [!payload.credentialSubject.familyName && !payload.credentialSubject.id, Object.keys(payload.credentialSubject).sort().join(' ')];
});
await check('sd-jwt with a disclosure changed', async () => {
  const parts = read('sd-jwt').split('~');
  parts[1] = Buffer.from(JSON.stringify(['salt', 'familyName', 'Somebody'])).toString('base64url');
  try {
    const { payload } = await sdJwt.verify(parts.join('~'));
    return [payload.credentialSubject.familyName !== 'Somebody'];
  } catch (e) { return [true, e.message]; }
});
