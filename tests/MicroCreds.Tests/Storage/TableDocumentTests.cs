using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Storage;
using MicroCreds.Tests.Domain.Rules;

namespace MicroCreds.Tests.Storage;

public sealed class TableDocumentTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2_000, true)]
    public void a_large_table_is_kept_packed_and_comes_back_as_it_was(int rules, bool packed)
    {
        var draft = Draft(rules);
        var (plain, kept) = (DomainJson.Write(draft), TableDocument.Write(draft));
        Assert.Equal(packed, kept.Length < plain.Length / 10);
        Assert.Equal(plain, DomainJson.Write(TableDocument.Read<EquivalenceDraft>(kept)));
    }

    [Fact]
    public void what_was_kept_as_plain_json_is_read_as_it_is() => Assert.Equal(DomainJson.Write(Draft(2_000)), DomainJson.Write(TableDocument.Read<EquivalenceDraft>(DomainJson.Write(Draft(2_000)))));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(2_000)]
    public void damaged_bytes_are_told(int at)
    {
        var kept = TableDocument.Write(Draft(2_000));
        kept[at] ^= 0xFF;
        Assert.ThrowsAny<Exception>(() => DomainJson.Write(TableDocument.Read<EquivalenceDraft>(kept)).SequenceEqual(DomainJson.Write(Draft(2_000))) ? 0 : throw new InvalidDataException("It is another draft."));
        Assert.Throws<InvalidDataException>(() => TableDocument.Read<EquivalenceDraft>(TableDocument.Write(Draft(2_000))[..3]));
    }

    private static EquivalenceDraft Draft(int rules) => new(
        TableId.Parse("t"), 1, [RuleSamples.Unit()], [.. Enumerable.Range(0, rules).Select(i => RuleSamples.Rule($"R{i}", RuleSamples.By(RuleSamples.University), RuleSamples.Code($"C{i}")))], "ada", DateTimeOffset.UnixEpoch);
}
