using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Rules;
using MicroCreds.Tests.Storage;

namespace MicroCreds.Tests.Domain.Documents;

public sealed class DomainJsonTests
{
    public static TheoryData<string> Events => [.. typeof(CaseEvent).GetNestedTypes().Where(t => t.BaseType == typeof(CaseEvent)).Select(t => t.Name)];

    [Theory, MemberData(nameof(Events))]
    public void reads_back_every_event_with_every_member(string name)
    {
        var written = (CaseEvent)FullValue.CasesOf(typeof(CaseEvent)).Single(e => e.GetType().Name == name);
        var document = DomainJson.Write(written);
        var read = DomainJson.Read<CaseEvent>(document);
        Assert.Null(FullValue.FirstDifference(written, read));
        Assert.Equal(document, DomainJson.Write(read));
    }

    [Fact]
    public void reads_back_everything_else_that_is_kept()
    {
        Check<LedgerEntry>();
        Check<CaseSummary>();
        Check<EquivalenceTable>();
        Check<EquivalenceDraft>();
        Check<GradeTable>();
        Check<ImmutableArray<string>>();

        static void Check<T>() where T : notnull
        {
            var written = FullValue.Of<T>();
            var document = DomainJson.Write(written);
            var read = DomainJson.Read<T>(document);
            Assert.Null(FullValue.FirstDifference(written, read));
            Assert.Equal(document, DomainJson.Write(read));
        }
    }

    [Fact]
    public void refuses_an_unknown_member_and_an_unknown_case()
    {
        Assert.Throws<System.Text.Json.JsonException>(() => DomainJson.Read<LedgerEntry>("""{"later":1}"""u8));
        Assert.Throws<System.Text.Json.JsonException>(() => DomainJson.Read<CaseEvent>("{}"u8));
        Assert.Throws<System.Text.Json.JsonException>(() => DomainJson.Read<CaseEvent>("""{"case":"moved","actor":{"kind":"node","name":"node"},"at":"2026-01-01T00:00:00+00:00"}"""u8));
    }
}
