using System.Reflection;

namespace MicroCreds.Tests.StandIns;

/// <summary>Nothing that the official transport needs of the two stand-ins is missing.</summary>
public sealed class ReferenceWalkTests
{
    private const string CoreApi = "Grpc.Core.Api";
    private const string NetCommon = "Grpc.Net.Common";

    [Theory]
    [InlineData("Grpc.AspNetCore.Server", CoreApi)]
    [InlineData("Grpc.AspNetCore.Server", NetCommon)]
    [InlineData("Grpc.Net.Client", CoreApi)]
    [InlineData("Grpc.Net.Client", NetCommon)]
    public void every_type_and_member_referred_to_is_there(string assembly, string target)
    {
        var needed = AssemblyMembers.ReferredTo(assembly, target);

        Assert.NotEmpty(needed);
        Assert.Empty(needed.Except(AssemblyMembers.DefinedBy(target)));
    }

    [Theory]
    [InlineData("Grpc.AspNetCore.Server")]
    [InlineData("Grpc.Net.Client")]
    public void every_type_that_derives_from_the_api_can_be_loaded(string assembly)
    {
        // Fails if a type lacks an override of an abstract member or an implementation of an interface's.
        Assert.NotEmpty(Assembly.Load(assembly).GetTypes());
    }

    [Theory]
    [InlineData(CoreApi)]
    [InlineData(NetCommon)]
    public void the_identity_is_the_one_referred_to(string target)
    {
        var referred = new[] { "Grpc.AspNetCore.Server", "Grpc.Net.Client" }
            .SelectMany(name => Assembly.Load(name).GetReferencedAssemblies())
            .Where(name => name.Name == target)
            .Select(name => name.FullName)
            .Distinct();

        Assert.Equal([Assembly.Load(target).GetName().FullName], referred);
    }

    [Fact]
    public void a_missing_member_would_be_found()
    {
        var defined = AssemblyMembers.DefinedBy(CoreApi);
        var needed = AssemblyMembers.ReferredTo("Grpc.Net.Client", CoreApi);

        Assert.Contains("String Grpc.Core.Metadata::GetValue`0(String)", needed);
        Assert.True(defined.Remove("String Grpc.Core.Metadata::GetValue`0(String)"));
        Assert.Equal(["String Grpc.Core.Metadata::GetValue`0(String)"], needed.Except(defined));
    }
}
