using System.Collections;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>
/// Headers or trailers of a call: an ordered list of entries in which a key may occur more than once. Keys are kept in
/// lower case and looked up without regard to case.
/// </summary>
public sealed partial class Metadata : IList<Metadata.Entry>
{
    /// <summary>Ending of the keys whose values are bytes. Any other key has a text value.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>Metadata without entries. Read-only: every change throws <see cref="InvalidOperationException"/>.</summary>
    public static readonly Metadata Empty = new(isReadOnly: true);

    private readonly List<Entry> _entries = [];

    /// <summary>Makes empty metadata that can be changed.</summary>
    public Metadata()
    {
    }

    private Metadata(bool isReadOnly) => IsReadOnly = isReadOnly;

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>True for <see cref="Empty"/>.</summary>
    public bool IsReadOnly { get; }

    /// <summary>The entry at a position, counted from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no entry at <paramref name="index"/>.</exception>
    public Entry this[int index]
    {
        get => _entries[index];
        set => Writable()[index] = GrpcPreconditions.CheckNotNull(value, nameof(value));
    }

    /// <summary>The last entry with this key, or null.</summary>
    public Entry? Get(string key) =>
        _entries.FindLast(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <summary>The text of the last entry with this key, or null.</summary>
    /// <exception cref="InvalidOperationException">The entry is binary.</exception>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>The bytes of the last entry with this key (the ASCII bytes if it is text), or null.</summary>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>All entries with this key, in order.</summary>
    public IEnumerable<Entry> GetAll(string key) =>
        _entries.Where(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <summary>Adds an entry at the end.</summary>
    public void Add(Entry item) => Writable().Add(GrpcPreconditions.CheckNotNull(item, nameof(item)));

    /// <summary>Adds a text entry at the end. See <see cref="Entry(string, string)"/> for what it refuses.</summary>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds a binary entry at the end. See <see cref="Entry(string, byte[])"/> for what it refuses.</summary>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <summary>Puts an entry at a position and moves the later ones.</summary>
    public void Insert(int index, Entry item) => Writable().Insert(index, GrpcPreconditions.CheckNotNull(item, nameof(item)));

    /// <summary>Removes this very entry object; entries are not compared by content.</summary>
    public bool Remove(Entry item) => Writable().Remove(item);

    /// <summary>Removes the entry at a position.</summary>
    public void RemoveAt(int index) => Writable().RemoveAt(index);

    /// <summary>Removes all entries.</summary>
    public void Clear() => Writable().Clear();

    /// <summary>Position of this very entry object, or -1.</summary>
    public int IndexOf(Entry item) => _entries.IndexOf(item);

    /// <summary>Whether this very entry object is in the list.</summary>
    public bool Contains(Entry item) => _entries.Contains(item);

    /// <summary>Copies the entries into an array from <paramref name="arrayIndex"/> on.</summary>
    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <summary>The entries in order.</summary>
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<Entry> Writable()
    {
        GrpcPreconditions.CheckState(!IsReadOnly, "Object is read only");
        return _entries;
    }
}
