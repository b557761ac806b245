import type { ComponentChildren } from 'preact'
import { Heading } from '../parts/frame.tsx'

/** A page that says one thing, and the one way on where there is one. */
export const End = ({ heading, text, way }: { heading: string; text: string; way?: ComponentChildren }) => (
  <>
    <Heading>{heading}</Heading>
    <p class="lead">{text}</p>
    {way !== undefined && <div class="actions">{way}</div>}
  </>
)
