-- Creates a resource, or replaces the one at a version: only the fields that are given are written or deleted.
local a = cjson.decode(ARGV[1])
local key = a.base .. 'id:' .. a.id
local version, created, unique, indexed = unpack(redis.call('HMGET', key, '@version', '@created', '@unique', '@indexed'))
if a.expected then
  if not version then return { 'notFound' } end
  if version ~= a.expected then return { 'versionMismatch' } end
end
for _, reference in ipairs(a.references) do
  local isThere = false
  for _, target in ipairs(reference.keys) do
    if redis.call('EXISTS', target) == 1 then isThere = true end
  end
  if not isThere then return { 'unknown', reference.path } end
end
for _, one in ipairs(a.unique) do
  local owner = redis.call('HGET', KEYS[1], one.key)
  if owner and owner ~= a.id then return { 'uniqueness', one.path } end
end
if unique then
  for _, one in ipairs(cjson.decode(unique)) do redis.call('HDEL', KEYS[1], one.key) end
end
if indexed then
  for _, one in ipairs(cjson.decode(indexed)) do redis.call('SREM', a.base .. 'index:' .. one, a.id) end
end
for _, one in ipairs(a.unique) do redis.call('HSET', KEYS[1], one.key, a.id) end
for _, one in ipairs(a.indexed) do redis.call('SADD', a.base .. 'index:' .. one, a.id) end
if #a.unset > 0 then redis.call('HDEL', key, unpack(a.unset)) end
for _, field in ipairs(a.set) do redis.call('HSET', key, field[1], field[2]) end
redis.call('HSET', key, '@created', created or a.now, '@unique', a.uniqueText, '@indexed', a.indexedText)
redis.call('ZADD', KEYS[2], 0, a.id)
if a.members then change(a, a.id, a.members) end
local members = a.members and redis.call('HKEYS', a.base .. 'members:' .. a.id) or {}
return { 'ok', touch(key, a.now), created or a.now, a.now, members }
