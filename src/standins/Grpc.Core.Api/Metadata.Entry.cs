using System.Buffers;
using System.Text;
using Grpc.Core.Utils;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One key with its value, which is text or, if the key ends in <c>-bin</c>, bytes. Cannot be changed.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

        private readonly string _text = "";
        private readonly byte[]? _bytes;

        /// <summary>Makes a binary entry; the bytes are copied.</summary>
        /// <exception cref="ArgumentNullException">Key or value is null.</exception>
        /// <exception cref="ArgumentException">The key has a character outside of a-z 0-9 - _ . (after lower-casing), or does not end in <c>-bin</c>.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            Key = Normalize(key);
            GrpcPreconditions.CheckArgument(EndsBinary(Key), "Key of a binary metadata entry must end with the suffix -bin.");
            _bytes = [.. GrpcPreconditions.CheckNotNull(valueBytes, nameof(valueBytes))];
        }

        /// <summary>Makes a text entry.</summary>
        /// <exception cref="ArgumentNullException">Key or value is null.</exception>
        /// <exception cref="ArgumentException">The key has a character outside of a-z 0-9 - _ . (after lower-casing), or ends in <c>-bin</c>.</exception>
        public Entry(string key, string value)
        {
            Key = Normalize(key);
            GrpcPreconditions.CheckArgument(!EndsBinary(Key), "Key of a text metadata entry must not end with the suffix -bin.");
            _text = GrpcPreconditions.CheckNotNull(value, nameof(value));
        }

        /// <summary>Key in lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => _bytes is not null;

        /// <summary>The value as bytes: a copy of them, or the ASCII bytes of a text.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(_text) : [.. _bytes];

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The entry is binary.</exception>
        public string Value
        {
            get
            {
                GrpcPreconditions.CheckState(!IsBinary, "Cannot access string value of a binary metadata entry");
                return _text;
            }
        }

        /// <summary>Key and text; of bytes, only the name of their type.</summary>
        public override string ToString() =>
            _bytes is null ? $"[Entry: key={Key}, value={_text}]" : $"[Entry: key={Key}, valueBytes={_bytes}]";

        private static bool EndsBinary(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        private static string Normalize(string key)
        {
            var lower = GrpcPreconditions.CheckNotNull(key, nameof(key)).ToLowerInvariant();
            GrpcPreconditions.CheckArgument(
                lower.Length > 0 && !lower.AsSpan().ContainsAnyExcept(KeyCharacters),
                "Metadata entry key not valid. Keys can only contain lowercase alphanumeric characters, underscores, hyphens and dots.");
            return lower;
        }
    }
}
