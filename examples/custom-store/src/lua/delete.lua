-- Deletes a resource, also out of the groups that it is a member of. Returns each of them as it was, and its new version.
local a = cjson.decode(ARGV[1])
local key = a.base .. 'id:' .. a.id
local version, unique, indexed = unpack(redis.call('HMGET', key, '@version', '@unique', '@indexed'))
if not version then return { 'notFound' } end
if a.expected and version ~= a.expected then return { 'versionMismatch' } end
for _, one in ipairs(cjson.decode(unique)) do redis.call('HDEL', KEYS[1], one.key) end
for _, one in ipairs(cjson.decode(indexed)) do redis.call('SREM', a.base .. 'index:' .. one, a.id) end
for _, member in ipairs(redis.call('HKEYS', a.base .. 'members:' .. a.id)) do leave(a, a.id, member) end
redis.call('DEL', key)
redis.call('ZREM', KEYS[2], a.id)
local left = {}
if a.groupBase then
  local groups = { base = a.groupBase, prefix = a.prefix }
  for _, group in ipairs(redis.call('SMEMBERS', a.prefix .. 'groups-of:' .. a.id)) do
    local before = redis.call('HGETALL', a.groupBase .. 'id:' .. group)
    leave(groups, group, a.id)
    left[#left + 1] = { group, before, touch(a.groupBase .. 'id:' .. group, a.now) }
  end
end
return { 'ok', left }
