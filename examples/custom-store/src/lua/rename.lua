-- Gives a member its present name, where a membership has a former one.
local a = cjson.decode(ARGV[1])
for _, group in ipairs(redis.call('SMEMBERS', a.prefix .. 'groups-of:' .. a.id)) do
  local members = a.base .. 'members:' .. group
  local was = redis.call('HGET', members, a.id)
  for _, name in ipairs(a.names) do
    if was == name.former then redis.call('HSET', members, a.id, name.present) end
  end
end
return 'ok'
