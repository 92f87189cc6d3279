/**
 * The script of all pages: times in the viewer's zone, copy buttons, what is asked again from time to time, and a batch
 * that goes on by itself. Every page works without it. It writes no HTML but what this server sent.
 */
export const script = `
(() => {
  'use strict'
  const policy = window.trustedTypes ? trustedTypes.createPolicy('scimkit', { createHTML: (text) => text }) : { createHTML: (text) => text }
  const isOfPage = (tag) => tag.split('-')[0] === document.documentElement.lang.split('-')[0]
  // As the country of the viewer writes times, where they read the language of the page.
  const language = navigator.languages.find(isOfPage) || document.documentElement.lang
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' })
  const long = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' })
  function localise(root) {
    for (const time of root.querySelectorAll('time[datetime]')) {
      const date = new Date(time.dateTime)
      if (Number.isNaN(date.getTime())) continue
      time.textContent = format.format(date)
      time.title = long.format(date) + ' (' + zone + ')'
    }
    for (const name of root.querySelectorAll('[data-zone]')) name.textContent = zone
  }
  localise(document)
  for (const element of document.querySelectorAll('[data-with-script]')) element.hidden = false
  for (const element of document.querySelectorAll('[data-without-script]')) element.hidden = true

  for (const box of document.querySelectorAll('[data-cover]')) box.classList.add('covered')

  const said = document.getElementById('said')
  function say(text) {
    said.textContent = ''
    setTimeout(() => { said.textContent = text }, 50)
  }

  document.addEventListener('click', async (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (!button) return
    if (button.dataset.copy) {
      const field = document.getElementById(button.dataset.copy)
      try {
        await navigator.clipboard.writeText(field.value)
        say(button.dataset.done)
        const label = button.textContent
        button.textContent = button.dataset.short
        setTimeout(() => { button.textContent = label }, 2000)
      } catch {
        field.focus()
        field.select()
        say(button.dataset.failed)
      }
    }
    if (button.dataset.uncover) {
      const covered = document.getElementById(button.dataset.uncover).classList.toggle('covered')
      button.setAttribute('aria-pressed', String(!covered))
    }
    if (button.dataset.pause) {
      const region = document.getElementById(button.dataset.pause)
      const paused = region.dataset.paused === 'true'
      region.dataset.paused = String(!paused)
      button.setAttribute('aria-pressed', String(!paused))
    }
  })

  // A form is sent once: a second press would be a second request.
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (form.dataset.sent) return event.preventDefault()
    if (form.method === 'post') form.dataset.sent = 'true'
  })
  addEventListener('pageshow', () => {
    for (const form of document.forms) delete form.dataset.sent
  })

  function watch(region) {
    let etag = region.dataset.etag
    let wait = Number(region.dataset.every)
    async function ask() {
      const isBusy = region.dataset.paused === 'true' || document.hidden || region.contains(document.activeElement)
      if (isBusy) return setTimeout(ask, 1000)
      try {
        const reply = await fetch(region.dataset.watch, { headers: { 'if-none-match': etag }, cache: 'no-store', credentials: 'same-origin' })
        if (reply.status === 200) {
          etag = reply.headers.get('etag') || ''
          const open = [...region.querySelectorAll('details[open][data-keep]')].map((one) => one.dataset.keep)
          region.innerHTML = policy.createHTML(await reply.text())
          localise(region)
          for (const one of region.querySelectorAll('details[data-keep]')) one.open = open.includes(one.dataset.keep)
          for (const one of region.querySelectorAll('[data-with-script]')) one.hidden = false
          const news = region.querySelector('[data-say]')
          if (news) say(news.dataset.say)
        } else if (reply.status !== 304) {
          if (reply.status === 403 || reply.status === 404) return
          wait = Math.min(wait * 2, 60000)
        }
      } catch {
        wait = Math.min(wait * 2, 60000)
      }
      if (region.querySelector('[data-settled]')) return
      setTimeout(ask, wait)
    }
    setTimeout(ask, wait)
  }
  for (const region of document.querySelectorAll('[data-watch]')) watch(region)

  const next = document.querySelector('form[data-continue]')
  if (next) {
    const timer = setTimeout(() => next.requestSubmit(), 700)
    document.querySelector('[data-stop]')?.addEventListener('click', () => clearTimeout(timer))
  }
  document.querySelector('[data-focus]')?.focus()
})()
`
