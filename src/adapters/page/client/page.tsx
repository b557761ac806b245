import { render } from 'preact'
import { App } from './app.tsx'
import { createHost } from './host.ts'

const meta = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="azukari-${name}"]`)?.content ?? ''

const host = createHost({ frame: window, embedders: meta('embedders').split(' ').filter(Boolean) })
const root = document.getElementById('page')
const token = window.location.hash.slice(1)
if (root !== null) render(<App token={token} organizationId={meta('organization')} host={host} />, root)
host.watchHeight()
