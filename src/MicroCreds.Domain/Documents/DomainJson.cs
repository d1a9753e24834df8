using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Documents;

/// <summary>
/// The one JSON form of domain values that are kept or hashed: members in the order of declaration, snake_case, enumerations by name,
/// identifiers as text, credits in hundredths, a closed alternative with its case under <c>case</c>. The same value gives the same bytes.
/// </summary>
/// <remarks>Additive change only: what was once written must be read for as long as cases are kept. An unknown member is refused, since it would be lost.</remarks>
public static class DomainJson
{
    private static readonly JsonSerializerOptions Options = MakeOptions();
    private static readonly JsonSerializerOptions Tolerant = new(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip, RespectRequiredConstructorParameters = true };

    /// <summary>The value's document, UTF-8.</summary>
    public static byte[] Write<T>(T value) where T : notnull => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <summary>Reads back what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">The bytes are not such a document: the store is corrupt or of a newer version.</exception>
    public static T Read<T>(ReadOnlySpan<byte> document) where T : notnull => Read<T>(document, Options);

    /// <summary>
    /// As <see cref="Read{T}(ReadOnlySpan{byte})"/>, passing over members that this version does not know. For documents of others that are kept as they came, and only read: what they leave out
    /// of a value that must be whole, and nothing in the place of a value, is refused, and is not an error of whoever uses the value.
    /// </summary>
    /// <exception cref="JsonException">The bytes are not such a document.</exception>
    public static T ReadTolerantly<T>(ReadOnlySpan<byte> document) where T : notnull
    {
        RefuseGaps(document);
        return Read<T>(document, Tolerant);
    }

    // The serializer takes null for a member of a list, whatever the list is of.
    private static void RefuseGaps(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        // A bit for each depth: whether a list is there, and not an object.
        var lists = 0L;
        while (reader.Read())
        {
            var inside = 1L << (reader.CurrentDepth + 1);
            if (reader.TokenType == JsonTokenType.StartArray) lists |= inside;
            else if (reader.TokenType == JsonTokenType.StartObject) lists &= ~inside;
            else if (reader.TokenType == JsonTokenType.Null && (lists & 1L << reader.CurrentDepth) != 0) throw new JsonException($"There is nothing in the place of a member of a list, at byte {reader.TokenStartIndex}.");
        }
    }

    private static T Read<T>(ReadOnlySpan<byte> document, JsonSerializerOptions options) where T : notnull
    {
        try
        {
            return JsonSerializer.Deserialize<T>(document, options) ?? throw new JsonException($"The document holds null where a {typeof(T).Name} is expected.");
        }
        catch (NotSupportedException e)
        {
            // How the serializer answers a closed alternative without its case.
            throw new JsonException(e.Message, e);
        }
    }

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            IgnoreReadOnlyProperties = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = false,
            MaxDepth = 32,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Kept and hashed, never put into a page.
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { ClosedAlternative, LaterLists } },
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new TextConverter<OrganisationId>(OrganisationId.Parse, v => v.Value));
        options.Converters.Add(new TextConverter<CaseId>(CaseId.Parse, v => v.Value));
        options.Converters.Add(new TextConverter<Sha256Digest>(Sha256Digest.Parse, v => v.Value));
        options.Converters.Add(new TextConverter<RuleId>(RuleId.Parse, v => v.Value));
        options.Converters.Add(new TextConverter<TableId>(TableId.Parse, v => v.Value));
        options.Converters.Add(new TextConverter<UnitCode>(UnitCode.Parse, v => v.Value));
        options.Converters.Add(new TextConverter<ProgrammeCode>(ProgrammeCode.Parse, v => v.Value));
        options.Converters.Add(new TextConverter<AgreementId>(AgreementId.Parse, v => v.Value));
        options.Converters.Add(new TextConverter<LearnerKey>(LearnerKey.Parse, v => v.Value));
        options.Converters.Add(new CreditsConverter());
        options.Converters.Add(new LocalisedTextConverter());
        options.MakeReadOnly();
        return options;
    }

    /// <summary>An abstract record with nested sealed cases is written with the case's name, so that every alternative reads back as itself.</summary>
    private static void ClosedAlternative(JsonTypeInfo info)
    {
        if (!info.Type.IsAbstract || info.Type.Namespace?.StartsWith("MicroCreds.Domain", StringComparison.Ordinal) != true) return;
        var cases = info.Type.GetNestedTypes().Where(t => t.BaseType == info.Type).ToFrozenSet();
        if (cases.Count == 0) return;
        info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "case", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization };
        foreach (var type in cases.OrderBy(t => t.Name, StringComparer.Ordinal))
            info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(type, JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name)));
    }

    private static void LaterLists(JsonTypeInfo info)
    {
        foreach (var property in info.Properties)
        {
            if (property.AttributeProvider?.IsDefined(typeof(OmitWhenEmptyAttribute), inherit: false) == true)
                property.ShouldSerialize = static (_, value) => value is not System.Collections.ICollection { Count: 0 };
        }
    }

    private sealed class TextConverter<T>(Func<string, T> parse, Func<T, string> write) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return parse(reader.GetString() ?? "");
            }
            catch (FormatException e)
            {
                throw new JsonException(e.Message, e);
            }
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(write(value));
    }

    /// <summary>One member per language, in ordinal order whatever the machine's culture, so that a text read back has the same digest everywhere.</summary>
    private sealed class LocalisedTextConverter : JsonConverter<LocalisedText>
    {
        public override LocalisedText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var language = reader.GetString() ?? "";
                if (!reader.Read() || reader.TokenType != JsonTokenType.String || !texts.TryAdd(language, reader.GetString() ?? ""))
                    throw new JsonException("A localised text has one text per language.");
            }

            return new LocalisedText(texts.ToImmutable());
        }

        public override void Write(Utf8JsonWriter writer, LocalisedText value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (language, text) in value.ByLanguage.OrderBy(p => p.Key, StringComparer.Ordinal)) writer.WriteString(language, text);
            writer.WriteEndObject();
        }
    }

    private sealed class CreditsConverter : JsonConverter<EctsCredits>
    {
        public override EctsCredits Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TryGetInt32(out var hundredths) && EctsCredits.TryFromHundredths(hundredths, out var credits)
                ? credits : throw new JsonException("Credits are whole hundredths from 0 to 36000.");

        public override void Write(Utf8JsonWriter writer, EctsCredits value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Hundredths);
    }
}
