import { en as usualEn } from './en.ts'
import { ja as usualJa, type Words } from './ja.ts'

type Sections = { [K in keyof Words]?: Words[K] extends object ? Partial<Words[K]> : Words[K] }

const ja: Sections = {
  title: '法人番号の確認',
  notice: {
    lead: '法人番号を、次の書類に書くために確認します。法人番号は公表されている番号です。',
    due: (day) => `${day} までに確認をお願いします。`,
  },
  steps: {
    factor: 'ご担当者の確認',
    notice: '使う目的の確認',
    person: '法人番号と所在地',
    number: '番号',
    dependents: 'ご家族',
    consents: '同意',
    documents: '確認書類',
    look: '内容の確認',
  },
  person: {
    heading: '法人番号と所在地の確認',
    lead: '登記されている名前と所在地を確認して、変わったところがあれば直してください。本人確認書類は要りません。',
    address: '所在地',
    addressNeeded: '所在地を入力してください',
    phone: 'ご連絡先の電話番号',
    email: 'ご連絡先のメールアドレス',
  },
  look: {
    lead: '次の内容でよいか、確かめてください。',
    you: '貴社',
    person: '法人番号と所在地',
    compared: '名前・所在地・法人番号を確かめました',
    comparedNeeded: '内容を確かめて、チェックを入れてください',
    submit: 'この内容で提出する',
  },
  status: {
    lead: '会社に登録されているものと、使われた記録です。',
    held: '登録されているもの',
    states: {
      ...usualJa.status.states,
      none: '法人番号は公表されている番号です。秘密の番号としては預かっていません。',
    },
  },
  leave: {
    link: 'あとで確認する・知らせない',
    later: 'あとで確認する',
    refuse: '知らせない',
    refuseText: '「知らせない」と伝わります。あとで考えが変わったら、お支払いをする会社に連絡してください。',
    stay: '確認を続ける',
  },
  refuse: {
    heading: '法人番号を知らせない',
    reason: '知らせない理由',
    lead: '支払調書に法人番号を書くことは、法律で求められています。お知らせいただけないときは、その経過を記録します。',
    submit: '知らせないことを伝える',
    takeBack: 'やはり確認する',
    done: '知らせないことを伝えました',
    reasons: {
      no_consent: '知らせることに同意できない',
      privacy_concern: '情報の取り扱いが心配',
      safety_concern: '安全に管理されるか心配',
      no_documents: '必要な書類がない',
      number_unknown: '法人番号がわからない',
      other: 'その他の理由',
      no_reason_given: '理由は言わない',
    },
  },
}

const en: Sections = {
  title: 'Confirm your Corporate Number',
  notice: {
    lead: 'Your Corporate Number (法人番号) is confirmed in order to write it on the following. It is public.',
    due: (day) => `Please confirm it by ${day}.`,
  },
  steps: {
    factor: 'Is it you?',
    notice: 'What it is used for',
    person: 'Number and address',
    number: 'Number',
    dependents: 'Family',
    consents: 'Agreement',
    documents: 'Documents',
    look: 'Check',
  },
  person: {
    heading: 'Corporate Number and address',
    lead: 'Compare the registered name and address, and correct what has changed. No document is needed.',
    address: 'Registered address',
    addressNeeded: 'Enter the address',
    phone: 'Telephone of a contact',
    email: 'E-mail address of a contact',
  },
  look: {
    lead: 'Please check that all of this is right.',
    you: 'Your company',
    person: 'Number and address',
    compared: 'I checked name, address and Corporate Number',
    comparedNeeded: 'Check it, then tick the box',
    submit: 'Submit',
  },
  status: {
    lead: 'What is registered, and how it was used.',
    held: 'What is registered',
    states: { ...usualEn.status.states, none: 'A Corporate Number is public: it is kept as no secret.' },
  },
  leave: {
    link: 'Later, or not at all',
    later: 'Confirm it later',
    refuse: 'We do not confirm it',
    refuseText: 'They are told. If you change your mind, please contact them.',
    stay: 'Go on',
  },
  refuse: {
    heading: 'Not confirming the Corporate Number',
    reason: 'Why you do not confirm it',
    lead: 'The law asks for the Corporate Number on payment records. If you do not confirm it, that is put on record.',
    submit: 'Tell them that we do not confirm it',
    takeBack: 'Confirm it after all',
    done: 'They were told that you do not confirm it',
    reasons: {
      no_consent: 'We do not agree to it',
      privacy_concern: 'We worry about how it is used',
      safety_concern: 'We worry whether it is kept safe',
      no_documents: 'We do not have the documents',
      number_unknown: 'We do not know the number',
      other: 'Another reason',
      no_reason_given: 'We do not want to say why',
    },
  },
}

const sections: Record<'ja' | 'en', Sections> = { ja, en }

/** 法人番号 is public and no secret of a person: the page speaks of it otherwise, where it says other things at all. */
export const ofCorporation = (words: Words, language: 'ja' | 'en'): Words => {
  const spoken = Object.entries(sections[language]).map(([section, own]) => {
    const usual = words[section as keyof Words]
    return [section, typeof own === 'object' && typeof usual === 'object' ? { ...usual, ...own } : own]
  })
  return { ...words, ...Object.fromEntries(spoken) }
}
