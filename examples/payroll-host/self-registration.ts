import { createSession, type SessionReceipt } from '@azukari/sdk'

export type Family = { key: string; name: string; relationship: string; number: string }

/** じぶんで登録, as the person's page does it: notice, own number, family, 番号確認, submission. The link's token is in the URL's fragment. */
export const registerMyself = async (
  baseUrl: string,
  link: string,
  mine: { number: string; issuedOn: string },
  family: readonly Family[],
): Promise<SessionReceipt> => {
  const token = new URL(link).hash.slice(1)
  const session = createSession({ baseUrl, token })
  const { notice, dependents } = await session.get()
  await session.acceptNotice({ noticeId: notice.id })
  await session.setNumber(mine)
  for (const { key, name, relationship, number } of family) {
    // Somebody whom the employer knows already is named by the key that the session gave.
    const known = dependents.find((dependent) => dependent.name === name)
    await session.setDependent(known?.key ?? key, { name, relationship, number })
  }
  // 第3号: the employee takes over the identity check of the spouse; to be the spouse's agent (委任状) would do as well.
  for (const { kind, dependentKey, demanded, language } of (await session.get()).consents)
    if (demanded && kind === 'category_3_entrusted' && dependentKey !== undefined)
      await session.consent({ kind, dependentKey, language })
  await session.check()
  await session.submit()
  return session.receipt()
}
