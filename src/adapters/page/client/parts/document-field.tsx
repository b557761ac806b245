import { useEffect, useRef, useState } from 'preact/hooks'
import type { EvidenceKind, NeededDocument } from '../contract.ts'
import { own } from '../drafts.ts'
import { offered } from '../evidence.ts'
import { mostBytes, preparePicture } from '../picture.ts'
import { useVisit } from '../visit.ts'

/** The picture as it was sent: a canvas needs no `blob:` in the page's policy. */
const Preview = ({ canvas, label }: { canvas: HTMLCanvasElement; label: string }) => {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    canvas.className = 'preview'
    canvas.setAttribute('role', 'img')
    canvas.setAttribute('aria-label', label)
    box.current?.replaceChildren(canvas)
  }, [canvas, label])
  return <div ref={box} />
}

/** Pictures of this visit, by the id of what was uploaded; the service does not give them back. */
const previews = new Map<string, HTMLCanvasElement>()

export const DocumentField = ({ document: needed, error }: { document: NeededDocument; error: string | undefined }) => {
  const { words, session, busy, act, upload } = useVisit()
  const kinds = offered[needed]
  const [kind, setKind] = useState<EvidenceKind | ''>(kinds.length === 1 ? (kinds[0] ?? '') : '')
  const [whose, setWhose] = useState<string>(
    () => session.missingDocuments.find((each) => each.document === needed)?.subjectKey ?? own,
  )
  const [problem, setProblem] = useState<string>()
  const [said, setSaid] = useState('')
  const { documents } = words
  const id = needed
  const shown = problem ?? error
  const there = session.evidence.filter(({ proves, kind: each }) => proves.includes(needed) || kinds.includes(each))
  const nameOf = (key: string): string =>
    key === own ? words.look.you : (session.dependents.find((dependent) => dependent.key === key)?.name ?? '')

  const take = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? []
    if (file === undefined || busy) return
    setProblem(undefined)
    if (kind === '') {
      input.value = ''
      setProblem(documents.kindNeeded)
      return
    }
    setSaid(documents.sending)
    const picture = await preparePicture(file)
    input.value = ''
    if (picture === undefined || picture.bytes.size > mostBytes) {
      setSaid('')
      setProblem(picture === undefined ? documents.unreadable : documents.tooLarge)
      return
    }
    const made = await upload(kind, whose, picture.bytes)
    setSaid(made === undefined ? '' : documents.sent(documents.kinds[made.kind]))
    if (made !== undefined && picture.preview !== undefined) previews.set(made.id, picture.preview)
  }

  const picker = (suffix: 'camera' | 'file', label: string) => (
    <span class={`picker ${suffix}`}>
      <input
        id={`${id}-${suffix}`}
        type="file"
        accept={suffix === 'camera' ? 'image/*' : 'image/*,application/pdf'}
        // The attribute opens the camera on a phone.
        {...(suffix === 'camera' ? { capture: 'environment' as const } : {})}
        disabled={busy}
        onChange={(event) => void take(event.currentTarget)}
      />
      <label class="second" for={`${id}-${suffix}`}>
        {label}
        <span class="unseen">{documents.needed[needed]}</span>
      </label>
    </span>
  )

  return (
    <section class={shown === undefined ? 'card' : 'card wrong'} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{documents.needed[needed]}</h2>
      {shown !== undefined && (
        <p class="error" id={`${id}-kind-error`} role={problem === undefined ? undefined : 'alert'}>
          {shown}
        </p>
      )}
      {there.length > 0 && (
        <ul class="people" aria-label={documents.there}>
          {there.map((evidence) => {
            const canvas = previews.get(evidence.id)
            const what = documents.kinds[evidence.kind]
            return (
              <li key={evidence.id} class="document">
                <div>
                  <p class="person">{what}</p>
                  {session.dependents.length > 0 && <p class="hint">{nameOf(evidence.subjectKey)}</p>}
                  {canvas !== undefined && <Preview canvas={canvas} label={documents.preview(what)} />}
                </div>
                <button
                  type="button"
                  class="second"
                  aria-label={documents.removeOf(what)}
                  onClick={() => {
                    setSaid('')
                    void act(async (api) => {
                      const gone = await api.removeEvidence(evidence.id)
                      return gone.problem === undefined ? api.view() : gone
                    })
                  }}
                >
                  {documents.remove}
                </button>
              </li>
            )
          })}
        </ul>
      )}
      <div class="field">
        <label for={`${id}-kind`}>{documents.kind}</label>
        <select
          id={`${id}-kind`}
          value={kind}
          aria-invalid={shown !== undefined}
          aria-describedby={shown === undefined ? undefined : `${id}-kind-error`}
          onChange={(event) => setKind(kinds.find((each) => each === event.currentTarget.value) ?? '')}
        >
          <option value="">{words.day.choose}</option>
          {kinds.map((each) => (
            <option key={each} value={each}>
              {documents.kinds[each]}
            </option>
          ))}
        </select>
      </div>
      {needed !== 'identity_proof' && session.dependents.length > 0 && (
        <div class="field">
          <label for={`${id}-whose`}>{documents.forWhom}</label>
          <select id={`${id}-whose`} value={whose} onChange={(event) => setWhose(event.currentTarget.value)}>
            {[own, ...session.dependents.filter(({ ending }) => ending === undefined).map(({ key }) => key)].map(
              (key) => (
                <option key={key} value={key}>
                  {nameOf(key)}
                </option>
              ),
            )}
          </select>
        </div>
      )}
      <div class="pickers">
        {picker('camera', documents.camera)}
        {picker('file', documents.file)}
      </div>
      <p role="status" class={said === documents.sending ? 'hint' : 'good'} hidden={said === ''}>
        {said}
      </p>
    </section>
  )
}
