using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Members;
using MicroCreds.Tests.Services.Exchange;

namespace MicroCreds.Tests.Services.Members;

/// <summary>One trust list is in force, and it only ever goes forward.</summary>
public sealed class TrustRegistryTests
{
    private static readonly OrganisationId A = OrganisationId.Parse("uni-a.example");
    private readonly ExchangeMembers _members = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero), A);

    [Fact]
    public void takes_a_newer_list_as_a_whole_and_tells()
    {
        var registry = _members.Join();
        var changes = 0;
        registry.Changed += () => changes++;
        _members.Change(A, m => m with { Status = MemberStatus.Suspended });
        Assert.Equal((2L, 1), (registry.Current.List.Serial, changes));
        Assert.Equal(MemberStatus.Suspended, registry.Current.Find(A)!.Status);
    }

    [Fact]
    public void takes_the_same_list_again_without_telling()
    {
        var registry = _members.Join();
        registry.Changed += () => Assert.Fail("Nothing has changed.");
        Assert.False(registry.TakeOver(_members.List with { Members = [.. _members.List.Members] }, new byte[] { 1 }).Failed(out _, out _));
        Assert.True(registry.SignedList.IsEmpty);
    }

    [Fact]
    public void refuses_another_list_with_the_same_serial() => Refused(list => list with { ExpiresAt = list.ExpiresAt.AddDays(1) }, "two trust lists with serial 5");

    [Fact]
    public void refuses_an_older_list() => Refused(list => list with { Serial = 4 }, "serial 5 is in force");

    [Fact]
    public void refuses_the_list_of_another_federation() => Refused(list => list with { Serial = 6, Consortium = "other" }, "this node belongs to");

    private void Refused(Func<TrustList, TrustList> change, string words)
    {
        var held = _members.List with { Serial = 5 };
        var registry = new TrustRegistry(new MemberDirectory(held), ReadOnlyMemory<byte>.Empty);
        registry.Changed += () => Assert.Fail("Nothing has changed.");
        Assert.True(registry.TakeOver(change(held), ReadOnlyMemory<byte>.Empty).Failed(out var problem, out _));
        Assert.Equal(ProblemCode.StatementInvalid, problem!.Code);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        Assert.Same(held, registry.Current.List);
    }
}
