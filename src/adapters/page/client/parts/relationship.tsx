import type { SessionDependent } from '../contract.ts'
import { dayInWords } from '../days.ts'
import { useVisit } from '../visit.ts'
import { ja } from '../words/ja.ts'
import { words as all, type Language, type Words } from '../words/words.ts'
import { ErrorLine, Mark, TextField } from './fields.tsx'

/** 続柄 is kept in Japanese, whatever the language of the page. */
const values = ja.dependents.relationships
const other = values.at(-1) ?? ''

export const relationshipIn = (language: Language, value: string): string => {
  const at = values.indexOf(value)
  return (at < 0 ? undefined : all[language].dependents.relationships[at]) ?? value
}

/** Why and since when somebody is no dependent any more. */
export const endingIn = (
  { dependents }: Words,
  language: Language,
  { reason, endedOn }: NonNullable<SessionDependent['ending']>,
): string =>
  dependents.endedOf(dependents.endReasons[reason], endedOn === undefined ? '' : dayInWords(endedOn, language))

/** A choice, and a free text for the rest. */
export const splitRelationship = (value: string): { relationship: string; relationshipOther: string } =>
  value === '' || values.includes(value)
    ? { relationship: value, relationshipOther: '' }
    : { relationship: other, relationshipOther: value }

export const joinRelationship = (relationship: string, relationshipOther: string): string =>
  relationship === other ? relationshipOther.trim() : relationship

type Props = {
  id: string
  relationship: string
  relationshipOther: string
  change: (part: { relationship?: string; relationshipOther?: string }) => void
  errorOf: (field: string) => string | undefined
}
export const RelationshipField = ({ id, relationship, relationshipOther, change, errorOf }: Props) => {
  const { words } = useVisit()
  const error = errorOf(id)
  return (
    <>
      <div class={error === undefined ? 'field' : 'field wrong'}>
        <label for={id}>
          {words.dependents.relationship} <Mark optional={false} />
        </label>
        <ErrorLine id={id} error={error} />
        <select
          id={id}
          value={relationship}
          aria-required="true"
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          onChange={(event) => change({ relationship: event.currentTarget.value })}
        >
          <option value="">{words.day.choose}</option>
          {values.map((value, at) => (
            <option key={value} value={value}>
              {words.dependents.relationships[at]}
            </option>
          ))}
        </select>
      </div>
      {relationship === other && (
        <TextField
          id={`${id}-other`}
          label={words.dependents.relationshipOther}
          value={relationshipOther}
          set={(text) => change({ relationshipOther: text })}
          most={20}
          error={errorOf(`${id}-other`)}
        />
      )}
    </>
  )
}
