-- The resources that some look-ups find, each once.
local a = cjson.decode(ARGV[1])
local rows, seen = {}, {}
local function add(id)
  if seen[id] then return end
  seen[id] = true
  read(a, id, rows)
end
for _, look in ipairs(a.lookUps) do
  if look.by == 'id' then add(look.key)
  elseif look.by == 'unique' then
    local id = redis.call('HGET', a.base .. 'unique', look.key)
    if id then add(id) end
  else
    local set = look.by == 'member' and (a.prefix .. 'groups-of:' .. look.key) or (a.base .. 'index:' .. look.key)
    for _, id in ipairs(redis.call('SMEMBERS', set)) do add(id) end
  end
end
return rows
