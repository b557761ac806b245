import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why `openssl ts` cannot play the authority here; undefined where it can. */
export const noOpenssl: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is missing on this machine'

const config = (dir: string): string => `
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Azukari test authority
[ca]
basicConstraints = critical,CA:TRUE
[tsa_cert]
basicConstraints = CA:FALSE
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = authority
[authority]
dir = ${dir}
serial = ${dir}/serial
crypto_device = builtin
signer_cert = ${dir}/tsa.pem
signer_key = ${dir}/tsa.key
certs = ${dir}/ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`

/** An authority of its own over HTTP: \`openssl ts -reply\` answers. */
export const startAuthority = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'azukari-tsa-'))
  const at = (name: string): string => join(dir, name)
  const openssl = (...words: string[]): void => {
    execFileSync('openssl', words, { cwd: dir, stdio: 'ignore' })
  }
  writeFileSync(at('openssl.cnf'), config(dir))
  writeFileSync(at('serial'), '01\n')
  const key = ['-newkey', 'rsa:2048', '-nodes', '-config', 'openssl.cnf']
  openssl('req', '-x509', ...key, '-extensions', 'ca', '-days', '2', '-keyout', 'ca.key', '-out', 'ca.pem')
  openssl('req', ...key, '-keyout', 'tsa.key', '-out', 'tsa.csr')
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2']
  openssl(
    'x509',
    '-req',
    '-in',
    'tsa.csr',
    ...signing,
    '-extfile',
    'openssl.cnf',
    '-extensions',
    'tsa_cert',
    '-out',
    'tsa.pem',
  )

  const reply = (query: Buffer): Buffer => {
    writeFileSync(at('query.tsq'), query)
    openssl('ts', '-reply', '-config', 'openssl.cnf', '-queryfile', 'query.tsq', '-out', 'reply.tsr')
    return readFileSync(at('reply.tsr'))
  }
  /** What a test has it answer instead. */
  let instead: ((query: Buffer, honest: (query: Buffer) => Buffer) => { status: number; body: Buffer }) | undefined
  let asked = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      asked += 1
      const query = Buffer.concat(chunks)
      const { status, body } = instead?.(query, reply) ?? { status: 200, body: reply(query) }
      response.writeHead(status, { 'content-type': 'application/timestamp-reply', location: '/elsewhere' })
      response.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`,
    asked: (): number => asked,
    answers: (with_: typeof instead): void => {
      instead = with_
    },
    /** `openssl ts -verify`, as whoever holds the stamp does it. */
    verifies: (content: Uint8Array, response: Uint8Array): boolean => {
      writeFileSync(at('data'), content)
      writeFileSync(at('response.tsr'), response)
      const words = ['ts', '-verify', '-data', 'data', '-in', 'response.tsr', '-CAfile', 'ca.pem']
      return spawnSync('openssl', words, { cwd: dir, stdio: 'ignore' }).status === 0
    },
    close: async (): Promise<void> => {
      await new Promise<void>((resolve) => server.close(() => resolve()))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
export type Authority = Awaited<ReturnType<typeof startAuthority>>
