import type { Mail, TimeStamp } from './ways-out.ts'
import type { WitnessRow } from './witnesses.store.ts'

type About = {
  checkpoint: WitnessRow['checkpoint']
  organization: { id: string; name: string; mode: 'test' | 'live' }
  verifierKeys: readonly string[]
  timeStamp?: TimeStamp
}

const inJapan = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  dateStyle: 'long',
  timeStyle: 'medium',
})
const count = new Intl.NumberFormat('ja-JP')
/** A name of an organization is one line of a mail. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ')

const filesOf = ({ checkpoint: { size, note, createdAt }, verifierKeys, timeStamp }: About): Mail['attachments'] => [
  // As other people's tools read it (C2SP signed note), and as a line of a checkpoints file.
  { fileName: `checkpoint-${size}.txt`, mediaType: 'text/plain; charset=utf-8', content: Buffer.from(note) },
  {
    fileName: `checkpoint-${size}.jsonl`,
    mediaType: 'application/x-ndjson',
    content: Buffer.from(`${JSON.stringify({ note, createdAt: createdAt.toISOString() })}\n`),
  },
  {
    fileName: 'ledger.vkey',
    mediaType: 'text/plain; charset=utf-8',
    content: Buffer.from(verifierKeys.map((key) => `${key}\n`).join('')),
  },
  ...(timeStamp === undefined
    ? []
    : [
        {
          fileName: `checkpoint-${size}.tsr`,
          mediaType: 'application/timestamp-reply',
          content: timeStamp.response,
        },
      ]),
]

const textOf = ({ checkpoint, organization, timeStamp }: About): string => {
  const { size, root, createdAt } = checkpoint
  const name = oneLine(organization.name)
  const stampedJa = timeStamp === undefined ? 'なし' : `${inJapan.format(timeStamp.at)}（添付 checkpoint-${size}.tsr）`
  const stampedEn = timeStamp === undefined ? 'none' : `${timeStamp.at.toISOString()} (checkpoint-${size}.tsr)`
  const commands = [
    `  azukari ledger verify --export ledger.jsonl --checkpoints checkpoint-${size}.jsonl --key ledger.vkey`,
    ...(timeStamp === undefined
      ? []
      : [`  openssl ts -verify -data checkpoint-${size}.txt -in checkpoint-${size}.tsr -CAfile tsa-ca.pem`]),
  ].join('\n')
  return `${name}
事務取扱責任者 各位

個人番号の取扱記録の検証点をお送りします。取扱記録があとから書き換えられていないことを、
サービスの外から確かめるための控えです。このメールは消さずに保管してください。

  組織            ${name}（${organization.id}）
  記録の件数      ${count.format(size)}件
  ルートハッシュ  ${root}
  作成日時        ${inJapan.format(createdAt)}（日本時間）
  タイムスタンプ  ${stampedJa}
  検証点          添付 checkpoint-${size}.txt（署名つき）、checkpoint-${size}.jsonl（同じもの。検証コマンド用）

確かめ方
  1. 取扱記録をJSON Lines形式で書き出します（期間を指定せず、全件）。
  2. 添付の公開鍵 ledger.vkey に、以前のメールの鍵が含まれていることを確かめます（鍵の交換では行が増えます）。
  3. 書き出した記録と、この添付を照らし合わせます。合わない記録があれば、最初の一件が示されます。

${commands}

このメールは自動で送信しています。個人番号や個人の氏名は含まれていません。

--------------------------------------------------------------------------------

To the officers (事務取扱責任者) of ${name}

This is a checkpoint of your ledger of 個人番号 handling, kept outside the service: with it anybody can show
later whether the ledger was changed afterwards. Please keep this mail.

  Organization  ${name} (${organization.id})
  Entries       ${size}
  Root hash     ${root}
  Created       ${createdAt.toISOString()}
  Time stamp    ${stampedEn}
  Checkpoint    attached: checkpoint-${size}.txt (signed note), checkpoint-${size}.jsonl (the same, for the command)

How to verify
  1. Export the whole ledger as JSON Lines, without a period.
  2. See that the public keys attached (ledger.vkey) hold those of earlier mails; a rotation adds a line.
  3. Compare the export with this attachment, by the command above. The first entry that does not fit is named.

Sent automatically. It holds no 個人番号 and no person's name.
`
}

/** 検証点のメール: Japanese first. To one officer; who else gets one is nobody's business. */
export const checkpointMail = (about: About, to: string, messageId: string): Mail => {
  const { checkpoint, organization } = about
  const test = organization.mode === 'test' ? '[試験] ' : ''
  return {
    messageId,
    to,
    subject: `${test}【預かり】取扱記録の検証点 ${count.format(checkpoint.size)}件 ${oneLine(organization.name)}`,
    text: textOf(about),
    attachments: filesOf(about),
  }
}
