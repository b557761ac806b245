import { readFileSync } from 'node:fs'
import type { KekProvider } from '../../core/keys/keys.ts'
import { createLocalFilesProvider } from './local-files.ts'

/** Asked for when it is used: a file may be replaced meanwhile, and settings that are printed do not print it. */
export type Secret = () => string

/** What the environment said, checked by config.ts. */
export type KmsSettings =
  | { kms: 'local'; directory: string; production: boolean; allowInProduction: boolean }
  | { kms: 'pkcs12'; directory: string; file: string; password: Secret }
  | { kms: 'aws'; region: string; endpoint?: string | undefined; deletionDays: number }
  | {
      kms: 'vault'
      address: string
      mount: string
      namespace?: string | undefined
      token: Secret
      caFile?: string | undefined
      backupDays: number
    }

/** The configured KMS. The others' libraries are not loaded: the AWS SDK alone is several megabytes of heap. */
export const createKekProvider = async (settings: KmsSettings): Promise<KekProvider> => {
  switch (settings.kms) {
    case 'local':
      return createLocalFilesProvider(settings)
    case 'pkcs12': {
      const { createPkcs12Provider } = await import('./pkcs12.ts')
      const { directory, file, password } = settings
      return createPkcs12Provider({ directory, pkcs12: readFileSync(file), password: password() })
    }
    case 'aws': {
      const { createAwsKmsProvider } = await import('./aws-kms.ts')
      return createAwsKmsProvider(settings)
    }
    case 'vault': {
      const { createVaultTransitProvider } = await import('./vault-transit.ts')
      const { caFile } = settings
      return createVaultTransitProvider({
        ...settings,
        ...(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }),
      })
    }
  }
}
