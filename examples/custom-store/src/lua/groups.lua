-- The groups of each id: their ids and names.
local a = cjson.decode(ARGV[1])
local found = {}
for _, id in ipairs(a.ids) do
  local groups = {}
  for _, group in ipairs(redis.call('SMEMBERS', a.prefix .. 'groups-of:' .. id)) do
    groups[#groups + 1] = { group, redis.call('HGET', a.base .. 'id:' .. group, a.label) }
  end
  found[#found + 1] = groups
end
return found
