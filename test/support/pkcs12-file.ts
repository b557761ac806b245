import forge from 'node-forge'

/** A .p12 with a fresh RSA key and its self-signed certificate; both as PEM too. */
export const makePkcs12 = (password: string, commonName = 'azukari kek') => {
  const { privateKey, publicKey } = forge.pki.rsa.generateKeyPair({ bits: 2048 })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = publicKey
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date('2026-01-01T00:00:00Z')
  certificate.validity.notAfter = new Date('2036-01-01T00:00:00Z')
  certificate.setSubject([{ name: 'commonName', value: commonName }])
  certificate.setIssuer([{ name: 'commonName', value: commonName }])
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ])
  certificate.sign(privateKey, forge.md.sha256.create())
  const bag = forge.pkcs12.toPkcs12Asn1(privateKey, certificate, password, { algorithm: 'aes256' })
  return {
    pkcs12: Buffer.from(forge.asn1.toDer(bag).getBytes(), 'latin1'),
    certificatePem: forge.pki.certificateToPem(certificate),
    keyPem: forge.pki.privateKeyToPem(privateKey),
  }
}
