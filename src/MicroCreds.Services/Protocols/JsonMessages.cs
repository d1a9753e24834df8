using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Transport;

namespace MicroCreds.Services.Protocols;

/// <summary>Messages in the JSON form of protobuf: names in lowerCamelCase (snake_case is read too), 64-bit numbers and bytes as strings. Source: ProtoJSON format.</summary>
internal static class JsonMessages
{
    // What the details of a refusal beside other answers may be.
    private static readonly TypeRegistry Details = TypeRegistry.FromFiles(Google.Rpc.ErrorDetailsReflection.Descriptor);
    private static readonly JsonFormatter Formatter = new(new JsonFormatter.Settings(formatDefaultValues: false, Details));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithRecursionLimit(StrictJson.MaxDepth));

    /// <summary>The binary form of a message; a problem in words when the JSON is malformed, says a name twice or names a field that does not exist.</summary>
    internal static Result<byte[]> ToBinary(ReadOnlyMemory<byte> json, MessageDescriptor message)
    {
        // An empty body is the empty message, as a client without arguments sends it.
        if (json.IsEmpty) return Array.Empty<byte>();
        if (!StrictJson.TryParse(json, TransportLimits.MaxRequestBytes, out var document, out var fault))
            return WireRefusal.Malformed($"The body is {fault}.");
        using (document)
        {
            try
            {
                return Parser.Parse(Encoding.UTF8.GetString(json.Span), message).ToByteArray();
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
            {
                return WireRefusal.Malformed(e.Message, message.Name);
            }
        }
    }

    /// <summary>The JSON form of a message.</summary>
    internal static byte[] ToJson(ReadOnlySpan<byte> binary, MessageDescriptor message) => Encoding.UTF8.GetBytes(Formatter.Format(message.Parser.ParseFrom(binary)));
}
