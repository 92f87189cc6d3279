-- Creates, replaces or deletes a resource: KEYS are its record, the ids of all, and the ids by name.
local a = cjson.decode(ARGV[1])
local record, ids, names = KEYS[1], KEYS[2], KEYS[3]
local version, created, name = unpack(redis.call('HMGET', record, 'version', 'created', 'name'))
if not a.isNew then
  if not version then return { 'notFound' } end
  if a.expected and version ~= a.expected then return { 'versionMismatch' } end
end
if a.name then
  local owner = redis.call('HGET', names, a.name)
  if owner and owner ~= a.id then return { 'uniqueness' } end
end
if name then redis.call('HDEL', names, name) end
redis.call('DEL', record)
if not a.json then
  redis.call('ZREM', ids, a.id)
  return { 'ok' }
end
redis.call('HSET', record, 'json', a.json, 'version', a.version, 'created', created or a.now, 'lastModified', a.now)
if a.name then
  redis.call('HSET', record, 'name', a.name)
  redis.call('HSET', names, a.name, a.id)
end
redis.call('ZADD', ids, 0, a.id)
return { 'ok', created or a.now }
