-- Changes members of a group, at a version where one is expected. Returns its meta, and the ids that came and went.
local a = cjson.decode(ARGV[1])
local key = a.base .. 'id:' .. a.id
local version, created, lastModified = unpack(redis.call('HMGET', key, '@version', '@created', '@lastModified'))
if not version then return { 'notFound' } end
if a.expected and version ~= a.expected then return { 'versionMismatch' } end
local added, removed = change(a, a.id, a.all, a.add, a.remove)
if #added > 0 or #removed > 0 then
  version, lastModified = touch(key, a.now), a.now
end
return { 'ok', version, created, lastModified, added, removed }
