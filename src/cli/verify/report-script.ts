/** What the report does by itself: filter, expand, copy as curl. Without a script all cases are shown. */
export const reportScript = `
const by=(id)=>document.getElementById(id)
const cases=[...document.querySelectorAll('#list>li')].map((item)=>({item,text:item.textContent.toLowerCase(),details:item.querySelector('details')}))
const search=by('search'),profile=by('profile'),outcome=by('outcome'),expand=by('expand')
function filter(){
  const words=search.value.toLowerCase().split(/ +/).filter(Boolean)
  let shown=0
  for(const {item,text} of cases){
    const fits=(!profile.value||item.dataset.profile===profile.value)&&(!outcome.value||item.dataset.outcome===outcome.value)&&words.every((word)=>text.includes(word))
    item.hidden=!fits
    if(fits)shown+=1
  }
  by('count').textContent=shown+' of '+cases.length+' cases'
}
function setAll(open){
  for(const {item,details} of cases)if(!item.hidden)details.open=open
  expand.setAttribute('aria-pressed',String(open))
  expand.textContent=open?'Collapse all':'Expand all'
}
let saying
function say(text){
  by('said').textContent=text
  clearTimeout(saying)
  saying=setTimeout(()=>{by('said').textContent=''},3000)
}
async function copy(text){
  try{await navigator.clipboard.writeText(text)}
  catch{
    const area=document.createElement('textarea')
    area.value=text
    document.body.append(area)
    area.select()
    const isDone=document.execCommand('copy')
    area.remove()
    if(!isDone)return say('The browser does not allow copying')
  }
  say('Copied; set SCIM_TOKEN before you run it')
}
for(const one of [search,profile,outcome])one.addEventListener('input',filter)
document.querySelector('.filters').addEventListener('submit',(event)=>event.preventDefault())
expand.addEventListener('click',()=>setAll(expand.getAttribute('aria-pressed')!=='true'))
by('list').addEventListener('click',(event)=>{
  const button=event.target.closest('.copy')
  if(button)copy(button.dataset.curl)
})
document.addEventListener('keydown',(event)=>{
  if(event.key!=='/'||event.ctrlKey||event.metaKey||/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName))return
  event.preventDefault()
  search.focus()
})
let opened=[]
addEventListener('beforeprint',()=>{opened=cases.filter(({item,details})=>!item.hidden&&!details.open);for(const {details} of opened)details.open=true})
addEventListener('afterprint',()=>{for(const {details} of opened)details.open=false})
filter()
`
